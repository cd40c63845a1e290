// @vitest-environment node
import { describe, expect, it } from "vitest";
import { findFaults } from "./check-architecture.mjs";

describe("the layers of src/", () => {
  it.each([
    ["shared code that imports a feature", "api/x.ts", "@/features/chat/model/drafts"],
    ["a feature that imports the app", "features/chat/model/x.ts", "@/app/theme"],
    ["a feature that imports another one", "features/chat/model/x.ts", "../../auth/api/accounts"],
    ["a dynamic import of another feature", "features/chat/model/x.ts", "@/features/auth/api/accounts"],
  ])("refuse %s", (_, path, target) => {
    expect(findFaults({ [path]: `const x = await import("${target}");` })).toHaveLength(1);
    expect(findFaults({ [path]: `import { x } from "${target}";` })).toHaveLength(1);
  });

  it("refuse barrel files and unusual names", () => {
    expect(findFaults({ "api/index.ts": "", "api/someThing.ts": "", "components/thing.tsx": "" })).toHaveLength(3);
  });

  it("allow what goes downwards", () => {
    const text = 'import { a } from "@/api/clients";\nimport { b } from "../model/drafts";\nimport c from "react";';
    expect(findFaults({ "features/chat/hooks/use-x.ts": text, "app/App.tsx": 'import { d } from "@/features/chat/model/drafts";' })).toEqual([]);
  });
});
