import { Menu } from "@mantine/core";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FLOATING_ID } from "@/config/floating";
import { showInPage } from "@/test/ShowInPage";
import { FloatingMenu } from "./FloatingMenu";

describe("a menu", () => {
  // The library closes it only once the focus is inside, so that a quick Escape left it open for good.
  it("closes with Escape while the focus is still on its button", async () => {
    showInPage(
      <>
        <FloatingMenu target={<button type="button">More</button>}><Menu.Item>Rename</Menu.Item></FloatingMenu>
        <div id={FLOATING_ID} />
      </>,
    );
    const button = screen.getByRole("button", { name: "More" });
    button.focus();
    fireEvent.click(button);
    expect(button).toHaveAttribute("aria-expanded", "true");
    fireEvent.keyDown(button, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    expect(button).toHaveFocus();
  });
});
