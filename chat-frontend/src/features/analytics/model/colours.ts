/** Owns the colours of series: those of Okabe and Ito that stand out from both grounds, for colour-blind readers, too. */

// Each has 3:1 against the light and the dark ground; dashes and hatching tell them apart without colour.
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#808080"] as const;
export const DASHES = ["", "8 4", "2 3", "10 3 2 3", "14 6"] as const;

/** As many as can be told from each other. */
export const MOST_SERIES = COLOURS.length;

export const colourOf = (index: number): string => COLOURS[index % MOST_SERIES] ?? COLOURS[0];
export const dashOf = (index: number): string => DASHES[index % MOST_SERIES] ?? "";
