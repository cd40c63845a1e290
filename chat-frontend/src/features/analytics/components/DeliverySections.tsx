/** How events get here; administrators see beside it those that could not be counted. */
import { DeliveryPanels } from "./DeliveryPanels";
import { MomentFrame } from "./MomentFrame";
import { ParkedPanel } from "./ParkedPanel";

export function DeliverySection() {
  return <MomentFrame section="delivery"><DeliveryPanels /></MomentFrame>;
}

export function DeliveryAndParkedSection() {
  return (
    <MomentFrame section="delivery">
      <DeliveryPanels />
      <ParkedPanel />
    </MomentFrame>
  );
}
