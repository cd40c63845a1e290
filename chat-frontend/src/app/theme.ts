/** Owns the design: colours, type, and the component library's defaults. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

// Shades around the product's #667eea; white on shade 7 has a contrast of 5.6:1.
const convo: MantineColorsTuple = [
  "#eff2ff", "#dde3fd", "#bac5f8", "#94a5f3", "#7c90ef", "#667eea", "#5a6fd8", "#4c5fc4", "#4152ad", "#34428f",
];

// The grounds of inputs, menus and dialogs in the dark theme: the page's own navy in place of the library's grey.
const dark: MantineColorsTuple = [
  "#eceef6", "#c9cddd", "#a5aac2", "#82879f", "#4a4d66", "#3a3d56", "#232334", "#1b1b29", "#14141f", "#0f0f18",
];

// A dialog's header is no banner of the page, of which there is one at most.
const dialogAttributes = { header: { role: "presentation" } };

export const theme = createTheme({
  colors: { convo, dark },
  primaryColor: "convo",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
  respectReducedMotion: true,
  components: {
    Drawer: { defaultProps: { attributes: dialogAttributes } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: "lg", radius: "md" } },
    Modal: { defaultProps: { radius: "lg", padding: "lg", overlayProps: { backgroundOpacity: 0.5, blur: 3 }, attributes: dialogAttributes } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
});

// The library's own dimmed text reaches only 3.3:1 on light grounds.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-placeholder": "#6a7078", "--mantine-color-error": "#c92a2a" },
  dark: { "--mantine-color-dimmed": "#adb5bd", "--mantine-color-placeholder": "#949ba3", "--mantine-color-error": "#ff8787" },
});
