/** Reads the sources for the texts they show: those that are translated, and those that never will be. */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

const TRANSLATING = new Set(["t", "phrase"]);
// Attributes that people read or hear, whichever component they are given to.
const SHOWN = new Set(["title", "lead", "label", "description", "placeholder", "alt", "note", "sentence", "confirmLabel", "cancelLabel", "retryLabel", "aria-label"]);

/** Paths below src/, without tests and what is generated. */
export function sourcePaths(): string[] {
  const paths = readdirSync("src", { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  return paths.filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|^test\/|^api\/generated\//.test(path)).toSorted();
}

function visitAll(path: string, visit: (node: ts.Node) => void): void {
  const source = ts.createSourceFile(path, readFileSync(`src/${path}`, "utf8"), ts.ScriptTarget.Latest, true);
  const step = (node: ts.Node) => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(source);
}

const textOf = (node: ts.Node | undefined) => (node !== undefined && ts.isStringLiteralLike(node) ? node.text : null);

/** The literal keys of `t(…)`, `phrase(…)` and `i18nKey="…"`. Throws: for a key that is put together, which no catalog can have. */
export function keysOf(path: string): string[] {
  const keys: string[] = [];
  visitAll(path, (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && TRANSLATING.has(node.expression.text)) {
      const [first] = node.arguments;
      if (first !== undefined && (ts.isTemplateExpression(first) || ts.isBinaryExpression(first))) {
        const isFallback = ts.isBinaryExpression(first) && first.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
        if (!isFallback) throw new Error(`${path} puts a key together: ${first.getText()}`);
      }
      const key = textOf(first);
      if (key !== null) keys.push(key);
    }
    if (ts.isJsxAttribute(node) && node.name.getText() === "i18nKey") {
      const key = textOf(node.initializer);
      if (key !== null) keys.push(key);
    }
  });
  return keys;
}

/** Texts in JSX and in attributes that people meet, which no catalog knows. */
export function bareTextsOf(path: string): string[] {
  const texts: string[] = [];
  const add = (text: string | null) => {
    if (text !== null && /\p{L}{2}/u.test(text) && text.trim() !== "ConvoAI") texts.push(text.trim());
  };
  visitAll(path, (node) => {
    if (ts.isJsxText(node)) add(node.text);
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression !== undefined) shownBy(node.expression).forEach(add);
    if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText()) && node.initializer !== undefined) {
      const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
      shownBy(value).forEach(add);
    }
  });
  return texts;
}

/** What an expression may come to, as far as it is written there. */
function shownBy(node: ts.Node | undefined): (string | null)[] {
  if (node === undefined) return [];
  if (ts.isParenthesizedExpression(node)) return shownBy(node.expression);
  if (ts.isConditionalExpression(node)) return [...shownBy(node.whenTrue), ...shownBy(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return shownBy(node.right);
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  return [textOf(node)];
}
