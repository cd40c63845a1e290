/** Shown while a page's code is on its way. */
import { Center, Loader } from "@mantine/core";

export function PageLoader() {
  return (
    <Center flex={1} mih={200} role="status" aria-label="Loading">
      <Loader aria-hidden />
    </Center>
  );
}
