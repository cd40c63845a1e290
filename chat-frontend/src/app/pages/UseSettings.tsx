/** What the person may spend, and what they used day by day. */
import { OwnUseSection } from "@/features/analytics/components/OwnUseSection";
import { UseSection } from "@/features/settings/components/UseSection";

export function UseSettings() {
  return (
    <>
      <UseSection />
      <OwnUseSection />
    </>
  );
}
