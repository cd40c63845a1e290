import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import { profileOf } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { PasswordSection } from "./PasswordSection";

startServices();

const password = `${at.auth}/users/me/password`;

describe("changing the password", () => {
  let sent: unknown[];

  async function change(current: string, next: string) {
    await userEvent.type(screen.getByLabelText("Current password"), current);
    await userEvent.type(screen.getByLabelText("New password"), next);
    await userEvent.click(screen.getByRole("button", { name: "Change password" }));
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    sent = [];
    services.use(
      http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileOf("vera", { full_name: "Vera Rubin" }))),
      http.put(password, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ message: "Password changed" });
      }),
    );
  });

  it("tells that the other devices are signed out, and forgets both", async () => {
    showInPage(<PasswordSection />);
    await change("testpass123", "violin-kettle-7");
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("All other devices were signed out"));
    expect(sent).toEqual([{ current_password: "testpass123", new_password: "violin-kettle-7" }]);
    expect(screen.getByLabelText("Current password")).toHaveValue("");
    expect(screen.getByLabelText("New password")).toHaveValue("");
  });

  it("says while one types what would help", async () => {
    showInPage(<PasswordSection />);
    const field = screen.getByLabelText("New password");
    expect(field).toHaveAccessibleDescription("8 to 128 characters, with a letter and a digit.");
    await userEvent.type(field, "abc");
    expect(field).toHaveAccessibleDescription("Not enough yet. Add 5 more characters.");
    await userEvent.clear(field);
    await userEvent.type(field, "rubin-k7x2q8vm");
    await waitFor(() => expect(field).toHaveAccessibleDescription("Fair. Leave out “rubin”: others know it of you."));
    await userEvent.clear(field);
    await userEvent.type(field, "violin-kettle7-umbra");
    expect(field).toHaveAccessibleDescription("Strong.");
  });

  it("shows a wrong current password at its field", async () => {
    services.use(http.put(password, () => problem(400, "The current password is not right.", { code: "wrong_password" })));
    showInPage(<PasswordSection />);
    await change("guessed", "violin-kettle-7");
    expect(await screen.findByText("The current password is not right.")).toBeVisible();
    expect(screen.getByLabelText("Current password")).toBeInvalid();
    expect(screen.getByLabelText("New password")).toHaveValue("violin-kettle-7");
  });

  it("shows every rule that the new one breaks at its field", async () => {
    const errors = ["it needs a digit", "it is one of the most common passwords"].map((message) => ({ field: "body.new_password", message }));
    services.use(http.put(password, () => problem(422, "Choose another password.", { errors })));
    showInPage(<PasswordSection />);
    await change("testpass123", "password");
    expect(await screen.findByText("It needs a digit. It is one of the most common passwords.")).toBeVisible();
    expect(screen.getByLabelText("New password")).toBeInvalid();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows any other failure as a sentence, and loses nothing", async () => {
    services.use(http.put(password, () => HttpResponse.error()));
    showInPage(<PasswordSection />);
    await change("testpass123", "violin-kettle-7");
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    expect(screen.getByLabelText("Current password")).toHaveValue("testpass123");
  });
});
