import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { Profile } from "@/api/shapes";
import { profileOf, signInOf } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { MyDataSection } from "./MyDataSection";

startServices();

const me = `${at.auth}/users/me`;

describe("exporting one's own data", () => {
  const chat = { exported_at: "2026-01-01T12:00:00+00:00", conversations: [{ title: "Café" }] };
  const exported = (isComplete: boolean) => http.get(`${at.chat}/export`, () => HttpResponse.json({ ...chat, is_complete: isComplete }));
  let files: { name: string; blob: Blob }[];

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    files = [];
    services.use(
      http.get(me, () => HttpResponse.json(profileOf("vera"))),
      http.get(`${me}/export`, () =>
        HttpResponse.json({
          exported_at: "2026-01-01T12:00:00+00:00",
          profile: profileOf("vera"),
          sessions: [signInOf("1", "Firefox on Linux"), signInOf("2", "Safari on iPhone")],
          factors: { recovery_codes_left: 8 },
          api_keys: [{ name: "nightly report" }],
          activity: [{ action: "user.registered" }],
        }),
      ),
      http.get(`${at.analytics}/analytics/me`, () => HttpResponse.json({ messages: 4 })),
      exported(true),
    );
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      files.push({ name: "", blob: blob as Blob });
      return "blob:file";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function click(this: HTMLAnchorElement) {
      files = files.map((file) => ({ ...file, name: this.download }));
    });
  });

  it("gives one file with what all three services hold", async () => {
    showInPage(<MyDataSection />);
    await userEvent.click(await screen.findByRole("button", { name: "Download my data" }));
    await waitFor(() => expect(within(screen.getByRole("region", { name: "Export my data" })).getByRole("status")).toHaveTextContent("Done. The file is among your downloads."));
    expect(files[0]?.name).toMatch(/^convoai-vera-\d{4}-\d\d-\d\d\.json$/);
    const content: unknown = JSON.parse((await files[0]?.blob.text()) ?? "");
    expect(content).toMatchObject({ account: { username: "vera" }, sign_ins: [{ id: "1" }, { id: "2" }], usage: { messages: 4 }, chat: { ...chat, is_complete: true } });
    expect(content).toMatchObject({ factors: { recovery_codes_left: 8 }, api_keys: [{ name: "nightly report" }], activity: [{ action: "user.registered" }] });
  });

  it("gives no file that breaks off, and says so", async () => {
    services.use(exported(false));
    showInPage(<MyDataSection />);
    await userEvent.click(await screen.findByRole("button", { name: "Download my data" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The export broke off before its end.");
    expect(files).toEqual([]);
  });

  it("says which service is away", async () => {
    services.use(http.get(`${at.analytics}/analytics/me`, () => HttpResponse.error()));
    showInPage(<MyDataSection />);
    await userEvent.click(await screen.findByRole("button", { name: "Download my data" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The analytics service cannot be reached.");
    expect(files).toEqual([]);
  });
});

describe("deleting one's own account", () => {
  let profile: Profile;
  const confirm = () => screen.getByRole("button", { name: "Delete for good" });

  async function ask() {
    await userEvent.click(await screen.findByRole("button", { name: "Delete my account…" }));
    return within(await screen.findByRole("dialog", { name: "Delete my account" }));
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    profile = profileOf("vera");
    services.use(
      http.get(me, () => HttpResponse.json(profile)),
      http.get(`${me}/erasure-preview`, () =>
        HttpResponse.json({
          user_id: profile.id,
          username: "vera",
          services: [
            { service: "auth-service", holdings: { sessions: 2 } },
            { service: "chat-service", holdings: { conversations: 1, messages: 4 } },
            { service: "analytics-service", holdings: {} },
          ],
        }),
      ),
    );
  });

  it("says what goes, and needs the password and an explicit yes", async () => {
    showInPage(<MyDataSection />);
    const dialog = await ask();
    const goes = within(await dialog.findByRole("list", { name: "What will be erased" })).getAllByRole("listitem");
    expect(goes.map((one) => one.textContent)).toEqual([
      "Account and sign-inThe account itself, 2 sign-ins", "Conversations1 conversation, 4 messages", "Usage figuresNothing is there",
    ]);
    await waitFor(() => expect(dialog.getByRole("button", { name: "Keep my account" })).toHaveFocus());
    expect(confirm()).toBeDisabled();
    await userEvent.click(dialog.getByLabelText("I understand that nobody can bring it back."));
    expect(confirm()).toBeEnabled();
  });

  it("keeps everything when the password is wrong, and says so at its field", async () => {
    let sent: unknown = null;
    services.use(http.delete(me, async ({ request }) => {
      sent = await request.json();
      return problem(400, "The current password is not right. Nothing was changed.", { code: "wrong_password" });
    }));
    showInPage(<MyDataSection />);
    const dialog = await ask();
    await userEvent.type(dialog.getByLabelText("Your password"), "guessed");
    await userEvent.click(dialog.getByLabelText("I understand that nobody can bring it back."));
    await userEvent.click(confirm());
    expect(await dialog.findByText("The current password is not right. Nothing was changed.")).toBeVisible();
    expect(dialog.getByLabelText("Your password")).toBeInvalid();
    expect(dialog.getByLabelText("Your password")).toHaveValue("guessed");
    expect(sent).toEqual({ current_password: "guessed" });
  });

  it("shows any other failure as a sentence", async () => {
    services.use(http.delete(me, () => problem(503, "Too many people are signing in right now.")), http.get(`${me}/erasure-preview`, () => HttpResponse.error()));
    showInPage(<MyDataSection />);
    const dialog = await ask();
    expect(await dialog.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    await userEvent.type(dialog.getByLabelText("Your password"), "testpass123");
    await userEvent.click(dialog.getByLabelText("I understand that nobody can bring it back."));
    await userEvent.click(confirm());
    expect(await dialog.findByText("Too many people are signing in right now.")).toBeVisible();
  });

  it("is not offered to the last administrator", async () => {
    profile = profileOf("vera", { roles: ["admin", "user"] });
    services.use(http.get(`${at.auth}/users/`, () => HttpResponse.json([profile])));
    showInPage(<MyDataSection />);
    expect(await screen.findByText(/You are the last active administrator/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /Delete/ })).toBeNull();
  });
});
