import { describe, expect, it } from "vitest";
import { choiceOf, everything, type LabelChoice, tagsOf, valueOf } from "./label-choice";

describe("a choice of labels", () => {
  it.each<LabelChoice>([everything, { kind: "pinned" }, { kind: "folder", name: "a:b" }, { kind: "tag", name: "pinned" }])("%j survives a form's field", (choice) => {
    expect(choiceOf(valueOf(choice))).toEqual(choice);
  });

  it("is everything where the value says nothing", () => {
    expect(choiceOf("other")).toEqual(everything);
  });
});

describe("tags in a text", () => {
  it.each([
    ["", []],
    [" , ,", []],
    ["work, Ideas ,work,WORK", ["work", "Ideas"]],
    ["x".repeat(60), ["x".repeat(50)]],
  ])("%j are %j", (text, tags) => {
    expect(tagsOf(text)).toEqual(tags);
  });
});
