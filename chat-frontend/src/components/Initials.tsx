/** Stands for a person where a picture would. */
import classes from "./Initials.module.css";

function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? "")[0] ?? "");
  return letters.join("").toUpperCase();
}

export function Initials({ name, isFaded = false }: { name: string; isFaded?: boolean }) {
  return <span className={classes.initials} data-faded={isFaded || undefined} aria-hidden>{initialsOf(name)}</span>;
}
