/** Shown while a page's code is on its way. */
import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function PageLoader() {
  const { t } = useTranslation();
  return (
    <Center flex={1} mih={200} role="status" aria-label={t("Loading")}>
      <Loader aria-hidden />
    </Center>
  );
}
