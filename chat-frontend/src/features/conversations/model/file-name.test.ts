import { describe, expect, it } from "vitest";
import { fileNameOf } from "./file-name";

describe("the file of a conversation", () => {
  it.each([
    ["Plans for May", "Plans-for-May.md"],
    ["../../etc/passwd", "etc-passwd.md"],
    ["Über Zürich 🙂", "Über-Zürich.md"],
    ["面包", "面包.md"],
    ["🙂", "conversation.md"],
    ["a".repeat(200), `${"a".repeat(60)}.md`],
    ['con:"*?<>|\n', "con.md"],
  ])("%j is called %s", (title, name) => {
    expect(fileNameOf(title, "markdown")).toBe(name);
  });
});
