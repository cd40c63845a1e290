/** How bars of one colour differ from those of another to whoever sees no colour. */
import { colourOf } from "../model/colours";

const SIZE = 6;
// Light lines over the colour: along, across, upright and dotted.
const LINES = ["", "M0 6 L6 0", "M0 3 L6 3", "M3 0 L3 6", "M0 0 L6 6 M0 6 L6 0"];

export function Hatchings({ prefix, count }: { prefix: string; count: number }) {
  return (
    <>
      {LINES.slice(0, count).map((line, index) => (
        <pattern key={line} id={`${prefix}-${index}`} width={SIZE} height={SIZE} patternUnits="userSpaceOnUse">
          <rect width={SIZE} height={SIZE} fill={colourOf(index)} />
          <path d={line} stroke="#fff" strokeWidth={1.2} strokeOpacity={0.75} fill="none" />
        </pattern>
      ))}
    </>
  );
}
