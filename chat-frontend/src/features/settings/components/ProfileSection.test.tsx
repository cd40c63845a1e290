import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Profile } from "@/api/shapes";
import { profileOf } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ProfileSection } from "./ProfileSection";

startServices();

const me = `${at.auth}/users/me`;

describe("one's own profile", () => {
  let profile: Profile;
  let sent: unknown[];
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save changes" }));

  async function retype(label: string, text: string) {
    await userEvent.clear(await screen.findByLabelText(label));
    if (text !== "") await userEvent.type(screen.getByLabelText(label), text);
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    profile = profileOf("vera", { full_name: "Vera Rubin" });
    sent = [];
    services.use(
      http.get(me, () => HttpResponse.json(profile)),
      http.patch(me, async ({ request }) => {
        const change = (await request.json()) as Partial<Profile>;
        sent.push(change);
        profile = { ...profile, ...change };
        return HttpResponse.json(profile);
      }),
    );
  });

  it("shows who one is, and changes name and address", async () => {
    showInPage(<ProfileSection />);
    expect(await screen.findByLabelText("Full name")).toHaveValue("Vera Rubin");
    expect(screen.getByText(/@vera · user · here since Jan 1, 2026/)).toBeVisible();
    await retype("Full name", "  Vera Cooper ");
    await retype("Email", "vera@observatory.org");
    await save();
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Saved."));
    expect(sent).toEqual([{ full_name: "Vera Cooper", email: "vera@observatory.org" }]);
    expect(screen.getByLabelText("Full name")).toHaveValue("Vera Cooper");
  });

  it("may go by the username alone", async () => {
    showInPage(<ProfileSection />);
    await retype("Full name", "");
    await save();
    await waitFor(() => expect(sent).toEqual([{ full_name: null, email: "vera@example.org" }]));
    expect(screen.getByText("vera", { selector: "strong" })).toBeVisible();
  });

  it("keeps what was typed when the service refuses, and says where the trouble is", async () => {
    const errors = [{ field: "body.email", message: "the part after the @ is not a domain" }];
    services.use(http.patch(me, () => problem(422, "Correct the fields.", { errors })));
    showInPage(<ProfileSection />);
    await retype("Email", "vera@x");
    await save();
    expect(await screen.findByText("The part after the @ is not a domain.")).toBeVisible();
    expect(screen.getByLabelText("Email")).toBeInvalid();
    expect(screen.getByLabelText("Email")).toHaveValue("vera@x");
  });

  it("shows any other refusal as a sentence", async () => {
    services.use(http.patch(me, () => problem(400, "This e-mail address is already registered.")));
    showInPage(<ProfileSection />);
    await retype("Email", "ada@example.org");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent("This e-mail address is already registered.");
    expect(screen.getByLabelText("Email")).toHaveValue("ada@example.org");
  });

  it("says why it cannot be shown, and is shown later", async () => {
    services.use(http.get(me, () => HttpResponse.error()));
    showInPage(<ProfileSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    services.use(http.get(me, () => HttpResponse.json(profile)));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Full name")).toHaveValue("Vera Rubin");
  });
});
