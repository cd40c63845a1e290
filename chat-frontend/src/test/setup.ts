/** Before every test file: matchers, a clean page, and what the test browser lacks. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { setUpTranslation } from "@/i18n/translation";

// Busy machines take seconds to load a page's code.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  // Tests of the server part run without a page.
  if (typeof window !== "undefined") window.localStorage.clear();
});

setUpTranslation();

// KaTeX draws in standards mode alone, which the page has and the test browser does not speak of.
if (typeof document !== "undefined") Object.defineProperty(document, "compatMode", { value: "CSS1Compat" });

// The testing library sets this itself only where test functions are global.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
