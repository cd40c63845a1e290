/** How much of an amount is used, drawn; the words that say so stand beside it. */
import classes from "./AmountBar.module.css";

interface AmountBarProps {
  spent: number;
  /** What may be spent in a moment. */
  reserved?: number;
  limit: number;
}

const shareOf = (part: number, whole: number) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 1);
const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

export function AmountBar({ spent, reserved = 0, limit }: AmountBarProps) {
  const filled = shareOf(spent, limit);
  return (
    <div className={classes.bar} data-full={filled >= 1 || undefined} aria-hidden>
      <div className={classes.spent} style={{ width: percent(filled) }} />
      <div className={classes.reserved} style={{ width: percent(Math.min(1 - filled, shareOf(reserved, limit))) }} />
    </div>
  );
}
