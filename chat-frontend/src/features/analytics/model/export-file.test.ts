import { describe, expect, it } from "vitest";
import { csvOf, fileNameOf, jsonOf, type OnScreen } from "./export-file";

const HEAD = { section: "people", subject: "", from: "2026-03-01", to: "2026-03-09", timezone: "UTC" };
const PARTS: OnScreen[] = [{
  title: "Summary",
  table: {
    head: "Figure",
    columns: [{ label: "Value", unit: "count" }, { label: "Before", unit: "count" }],
    rows: [
      { key: "messages", name: "Messages", values: [6, null] },
      { key: "cost", name: "Cost", unit: "usd", values: [0.25, 0] },
      { key: "=1+1", name: "@a, \"b\"", values: [1, 2] },
    ],
  },
}];

describe("what is on screen as a file", () => {
  it("has a line for each figure, with its own unit", () => {
    expect(csvOf(PARTS).split("\r\n").slice(0, 5)).toEqual([
      "part,key,name,figure,value,unit",
      "Summary,messages,Messages,Value,6,count",
      "Summary,messages,Messages,Before,,count",
      "Summary,cost,Cost,Value,0.25,usd",
      "Summary,cost,Cost,Before,0,usd",
    ]);
  });

  it("holds nothing that a spreadsheet would calculate", () => {
    expect(csvOf(PARTS)).toContain(`Summary,'=1+1,"'@a, ""b""",Value,1,count`);
  });

  it("has words, too, as harmless as all else", () => {
    const table = { head: "Sender", columns: [{ label: "Reason", unit: "text" as const }, { label: "Text", unit: "text" as const }], rows: [{ key: "1", name: "chat", values: ["+1", "\t=a"] }] };
    expect(csvOf([{ title: "Parked", table }])).toBe("part,key,name,figure,value,unit\r\nParked,1,chat,Reason,'+1,text\r\nParked,1,chat,Text,'\t=a,text\r\n");
  });

  it("says to programs what it is about", () => {
    const told: unknown = JSON.parse(jsonOf(HEAD, PARTS));
    expect(told).toMatchObject({ ...HEAD, parts: [{ title: "Summary", rows: [{ key: "messages", values: [6, null] }, { unit: "usd" }, {}] }] });
    expect(fileNameOf(HEAD, "json")).toBe("convoai-people-2026-03-01-2026-03-09.json");
  });
});
