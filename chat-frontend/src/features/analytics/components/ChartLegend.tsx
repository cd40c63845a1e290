/** Which colour, dash or hatching is whose. */
import { useId } from "react";
import { colourOf, dashOf } from "../model/colours";
import classes from "./Figures.module.css";
import { Hatchings } from "./Hatchings";

interface ChartLegendProps {
  /** What the whole chart is called: a single line of that name needs no other. */
  title: string;
  labels: string[];
  form: "bars" | "lines";
}

export function ChartLegend({ title, labels, form }: ChartLegendProps) {
  const prefix = useId().replaceAll(":", "");
  if (labels.every((label) => label === title)) return null;
  return (
    <ul className={classes.legend} aria-hidden>
      {labels.map((label, index) => (
        <li key={index}>
          <svg width="22" height="12">
            <defs><Hatchings prefix={prefix} count={labels.length} /></defs>
            {form === "bars"
              ? <rect width="12" height="12" x="5" rx="2" fill={index === 0 ? colourOf(0) : `url(#${prefix}-${index})`} />
              : <line x1="0" x2="22" y1="6" y2="6" stroke={colourOf(index)} strokeWidth="2.5" strokeDasharray={dashOf(index)} />}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
