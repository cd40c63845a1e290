/** The menu below a button: every menu of the page opens, closes and floats as this one does. */
import { Menu } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { type ReactElement, type ReactNode, useState } from "react";
import { FLOATING_ID } from "@/config/floating";

interface FloatingMenuProps {
  /** The button; it takes a ref. */
  target: ReactElement;
  width?: number;
  className?: string | undefined;
  children: ReactNode;
}

export function FloatingMenu({ target, width, className, children }: FloatingMenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  // The library listens within the menu alone, and misses an Escape that comes before the focus has moved there.
  useWindowEvent("keydown", ({ key }) => {
    if (key === "Escape") setIsOpen(false);
  });
  return (
    <Menu opened={isOpen} onChange={setIsOpen} position="bottom-end" portalProps={{ target: `#${FLOATING_ID}` }}
      {...(width === undefined ? {} : { width })}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown className={className ?? ""}>{children}</Menu.Dropdown>
    </Menu>
  );
}
