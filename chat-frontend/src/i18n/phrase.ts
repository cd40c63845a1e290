/** Marks texts that are written down before they are shown, as in a module's constants: `t(…)` translates them there. */

export const phrase = <Text extends string>(text: Text): Text => text;
