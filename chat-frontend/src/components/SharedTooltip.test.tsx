import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MantineProvider } from "@mantine/core";
import { useRef, useState } from "react";
import { expect, it } from "vitest";
import { FLOATING_ID } from "@/config/floating";
import { SharedTooltip } from "./SharedTooltip";

function Place() {
  const place = useRef<HTMLDivElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  return (
    <MantineProvider env="test">
      <div ref={place}>
        <button type="button" data-hint aria-label={isCopied ? "Copied" : "Copy"} onClick={() => setIsCopied(true)} />
        <button type="button" aria-label="Silent" />
      </div>
      <div id={FLOATING_ID} />
      <SharedTooltip within={place} />
    </MantineProvider>
  );
}

it("says what the button under the mouse is called, also when that changes, until the mouse leaves", async () => {
  render(<Place />);
  const button = screen.getByRole("button", { name: "Copy" });
  await userEvent.hover(button);
  expect(await screen.findByRole("tooltip")).toHaveTextContent("Copy");
  await userEvent.click(button);
  expect(await screen.findByText("Copied")).toBeInTheDocument();
  await userEvent.unhover(button);
  expect(screen.queryByRole("tooltip")).toBeNull();
});

it("is hidden by Escape", async () => {
  render(<Place />);
  await userEvent.hover(screen.getByRole("button", { name: "Copy" }));
  await screen.findByRole("tooltip");
  act(() => void fireEvent.keyDown(window, { key: "Escape" }));
  expect(screen.queryByRole("tooltip")).toBeNull();
});
