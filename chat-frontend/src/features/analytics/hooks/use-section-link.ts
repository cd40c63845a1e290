/** The way to one subject in another section, with the same days. */
import { useSearchParams } from "react-router-dom";
import { paths } from "@/config/paths";
import { sharedPart, withView } from "../model/view";

export function useSectionLink() {
  const [address] = useSearchParams();
  return (section: string, subject: string) =>
    `${paths.analytics}/${section}?${withView(new URLSearchParams(sharedPart(address)), { subject }).toString()}`;
}
