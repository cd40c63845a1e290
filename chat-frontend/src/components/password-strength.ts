/** Judges a new password while it is typed: about how hard it is to guess, and what would help. The service decides. */
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";

export interface PasswordStrength {
  /** From 0, which the service refuses, to 4. */
  level: 0 | 1 | 2 | 3 | 4;
  label: string;
  /** What would help most; null when nothing needs to. */
  advice: string | null;
}

const SHORTEST = 8;
const LONGEST = 128;
/** From which number of doublings of the guesses each level begins. */
const LEVELS = [{ level: 4, label: phrase("Strong"), bits: 60 }, { level: 3, label: phrase("Good"), bits: 45 }, { level: 2, label: phrase("Fair"), bits: 30 }] as const;
const WEAK = { level: 1, label: phrase("Weak") } as const;

// What guessing programs try first, in any combination.
const COMMON = `password passwort pass letmein welcome admin login test dragon monkey football baseball master shadow sunshine princess
  iloveyou love secret hello summer winter spring autumn batman superman freedom whatever trustno starwars hunter computer internet
  charlie michael jordan jennifer thomas daniel george london user guest root changeme default convoai chat money house flower`.split(/\s+/);
const DIGITS = "0123456789";
const ROWS = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azertyuiop"];
const LOOKALIKES: Record<string, string> = { "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", $: "s", "7": "t" };

interface Piece {
  length: number;
  bits: number;
  advice: string | null;
}

/** Judge `password`; `names` are what others know of the person. */
export function strengthOf(password: string, names: string[] = []): PasswordStrength {
  const fault = brokenRule(password, names);
  if (fault !== null) return { level: 0, label: t("Not enough yet"), advice: fault };
  const pieces = piecesOf(password, names.flatMap(partsOf));
  const bits = pieces.reduce((sum, piece) => sum + piece.bits, 0);
  const reached = LEVELS.find((one) => bits >= one.bits) ?? WEAK;
  if (reached.level === 4) return { level: 4, label: t(reached.label), advice: null };
  const advice = pieces.find((piece) => piece.advice !== null)?.advice ?? t("Another word or two make it stronger.");
  return { level: reached.level, label: t(reached.label), advice };
}

/** The first rule of the service that is broken, as what to do about it. */
function brokenRule(password: string, names: string[]): string | null {
  const { length } = Array.from(password);
  const missing = SHORTEST - length;
  if (missing > 0) return t("Add {{count}} more characters.", { count: missing });
  if (length > LONGEST) return t("Leave out {{excess}}: {{longest}} characters are the most.", { excess: length - LONGEST, longest: LONGEST });
  if (!/\p{L}/u.test(password)) return t("Add a letter.");
  if (!/\p{Nd}/u.test(password)) return t("Add a digit.");
  const isName = names.some((name) => name !== "" && name.toLowerCase() === password.toLowerCase());
  return isName ? t("Do not take your own name or address.") : null;
}

function partsOf(name: string): string[] {
  return name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part.length >= 3);
}

/** Cut the password into what a guessing program would try as one. */
function piecesOf(password: string, names: string[]): Piece[] {
  const text = password.toLowerCase();
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(text.slice(at), password.slice(at), names);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

function pieceAt(text: string, typed: string, names: string[]): Piece {
  const plain = Array.from(text, (character) => LOOKALIKES[character] ?? character).join("");
  const startsWith = (word: string) => text.startsWith(word) || plain.startsWith(word);
  const name = longest(names.filter(startsWith));
  if (name !== null) return { length: name.length, bits: 3, advice: t("Leave out “{{name}}”: others know it of you.", { name }) };
  const word = longest(COMMON.filter(startsWith));
  if (word !== null) return { length: word.length, bits: 7, advice: t("Avoid “{{word}}”: it is among the first that are tried.", { word: typed.slice(0, word.length) }) };
  const run = runLength(text);
  if (run > 0) return { length: run, bits: 6, advice: t("Avoid sequences such as “{{sequence}}”.", { sequence: typed.slice(0, run) }) };
  const repeats = /^(.)\1*/su.exec(text)?.[0].length ?? 1;
  if (repeats >= 3) return { length: repeats, bits: 5, advice: t("Avoid repetitions such as “{{repetition}}”.", { repetition: typed.slice(0, repeats) }) };
  if (/^(19|20)\d\d(?!\d)/.test(text)) return { length: 4, bits: 6, advice: t("Avoid years: there are few of them.") };
  return { length: 1, bits: bitsOf(typed.charAt(0)), advice: null };
}

function longest(words: string[]): string | null {
  return words.toSorted((one, other) => other.length - one.length)[0] ?? null;
}

/** How long the sequence at the start is; 0 without one. Three letters in a row are in many words ("student"). */
function runLength(text: string): number {
  const digits = lengthAlong(DIGITS, text);
  const letters = Math.max(...ROWS.map((row) => lengthAlong(row, text)));
  return Math.max(digits >= 3 ? digits : 0, letters >= 4 ? letters : 0);
}

/** How many characters of `text` follow the row, in either direction. */
function lengthAlong(row: string, text: string): number {
  const lengths = [row, Array.from(row).toReversed().join("")].map((one) => {
    const start = one.indexOf(text.charAt(0));
    if (start < 0) return 0;
    let length = 1;
    while (length < text.length && one.charAt(start + length) === text.charAt(length)) length += 1;
    return length;
  });
  return Math.max(...lengths);
}

/** Words are not random: a letter of one is worth less than its share of the alphabet. */
function bitsOf(character: string): number {
  if (/\p{Lu}/u.test(character)) return 4.5;
  if (/\p{L}/u.test(character)) return 3.5;
  return /\p{Nd}/u.test(character) ? 3.3 : 4.5;
}
