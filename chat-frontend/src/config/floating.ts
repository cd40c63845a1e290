/** Names the element in which menus open. */

export const FLOATING_ID = "floating";
