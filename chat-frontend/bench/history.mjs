/**
 * Measures the page with a long history, in a real Chromium, against services that are answered here: `npm run bench`
 * (after `npm run build`).
 *
 * It prints frames per second and tasks over 50 ms while 10,000 messages scroll, and while an answer comes at 100 tokens
 * a second at their end; the figures of an empty page that only scrolls stand beside them as the limit of this machine.
 */
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createRequestHandler } from "../server/request-handler.mjs";
import { loadSite } from "../server/site.mjs";
import { conversation, historyPage, tokens } from "./long-conversation.mjs";

const MESSAGES = Number(process.env.MESSAGES ?? 10_000);
const SCROLL_SECONDS = 8;
const READING_SPEED = 3_000; // more than three screens a second
const FLIGHT_SPEED = 30_000; // every frame shows other messages
const STREAM_SECONDS = 10;
const TOKENS_PER_SECOND = 100;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
const token = `x.${btoa(JSON.stringify({ sub: "vera", user_id: "u" }))}.x`;

async function serve() {
  const site = loadSite(fileURLToPath(new URL("../dist", import.meta.url)));
  if (site === null) throw new Error("The page is not built: run `npm run build` first.");
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const address = `http://127.0.0.1:${server.address().port}`;
  const socket = address.replace("http", "ws");
  const addresses = {
    REACT_APP_AUTH_API_URL: address, REACT_APP_CHAT_API_URL: address, REACT_APP_ANALYTICS_API_URL: address, REACT_APP_WS_URL: socket,
  };
  server.on("request", createRequestHandler({ site, addresses, version: "bench" }));
  return { server, address };
}

/** The services, as far as a conversation needs them. Returns: a function that sends a frame to the page. */
async function answerCalls(context, page) {
  const user = { id: "u", username: "vera", email: "vera@example.org", full_name: null, roles: ["user"], preferences: { theme: "light", language: "en" } };
  await context.route(/\/(auth|users|conversations|models|messages|spending|personas)\b[^.]*$/, async (route) => {
    const url = new URL(route.request().url());
    if (route.request().resourceType() === "document") return route.fallback();
    if (url.pathname === "/auth/refresh") return route.fulfill({ json: { access_token: token, token_type: "bearer", expires_in: 3600 } });
    if (url.pathname.endsWith("/messages")) return route.fulfill(historyPage(url, MESSAGES));
    if (url.pathname === "/users/me") return route.fulfill({ json: user });
    if (url.pathname === "/conversations/") return route.fulfill({ json: [conversation] });
    if (url.pathname === "/conversations/labels") return route.fulfill({ json: { folders: [], tags: [] } });
    if (url.pathname.startsWith("/conversations/")) return route.fulfill({ json: conversation });
    if (url.pathname === "/models" || url.pathname === "/personas/") return route.fulfill({ json: [] });
    return route.fulfill({ status: 404, json: { title: "Not found", status: 404, detail: "Not part of this measurement.", code: "not_found" } });
  });
  let send = null;
  await page.routeWebSocket(/\/ws\//, (socket) => {
    send = (frame) => socket.send(JSON.stringify(frame));
    send({ type: "ready", conversation_id: "c", active: [] });
  });
  return (frame) => send?.(frame);
}

const MEASURE = `window.measure = async (seconds, work) => {
  const long = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => Math.round(duration))));
  observer.observe({ type: "longtask" });
  const frames = [];
  const begin = performance.now();
  let last = begin;
  await new Promise((resolve) => {
    const step = (now) => {
      frames.push(now - last);
      last = now;
      work?.(now - begin);
      if (now - begin < seconds * 1000) requestAnimationFrame(step); else resolve();
    };
    requestAnimationFrame(step);
  });
  observer.disconnect();
  frames.sort((one, other) => one - other);
  const at = (share) => Math.round(frames[Math.floor((frames.length - 1) * share)]);
  return { perSecond: Math.round(frames.length / seconds), p50: at(0.5), p95: at(0.95), p99: at(0.99), long };
};
window.scrollUp = (seconds, speed) => {
  const region = document.querySelector('[role="region"]');
  region.scrollTop = 1e9;
  let last = 0;
  return window.measure(seconds, (elapsed) => {
    region.scrollTop -= Math.round(((elapsed - last) * speed) / 1000);
    last = elapsed;
  });
};`;

function row(name, { perSecond, p50, p95, p99, long }) {
  const cells = [perSecond, `${p50} ms`, `${p95} ms`, `${p99} ms`, long.length, `${Math.max(0, ...long)} ms`];
  return `| ${[name, ...cells].join(" | ")} |`;
}

const scrollUp = (page, speed) => page.evaluate(([seconds, pixels]) => window.scrollUp(seconds, pixels), [SCROLL_SECONDS, speed]);

async function loadAll(page) {
  const earlier = page.getByRole("button", { name: "Show earlier messages" });
  const began = Date.now();
  while (await page.getByText("This is the beginning of the conversation.").count() === 0) {
    if (await earlier.count() > 0) await earlier.evaluate((button) => button.click());
    await page.waitForTimeout(20);
  }
  return Date.now() - began;
}

async function stream(send) {
  send({ type: "start", message_id: "live", in_reply_to: `m${MESSAGES - 1}`, model: "bench" });
  const words = tokens(TOKENS_PER_SECOND * STREAM_SECONDS);
  const began = Date.now();
  for (const [index, content] of words.entries()) {
    send({ type: "delta", message_id: "live", seq: index + 1, content });
    const wait = began + (index * 1000) / TOKENS_PER_SECOND - Date.now();
    if (wait > 0) await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
}

async function main() {
  const { executable, env } = JSON.parse(execFileSync("node", [fileURLToPath(new URL("../scripts/chromium-path.mjs", import.meta.url))]));
  const { server, address } = await serve();
  const browser = await chromium.launch({ executablePath: executable, args: FLAGS, env: { ...process.env, ...env } });
  const rows = [];
  try {
    const empty = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await empty.setContent('<div role="region" style="height:800px;overflow:auto"><div style="height:1000000px;background:linear-gradient(red,blue)"></div></div>');
    await empty.evaluate(MEASURE);
    rows.push(row("an empty page scrolls", await scrollUp(empty, READING_SPEED)));
    await empty.close();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState: {
      cookies: [], origins: [{ origin: address, localStorage: [{ name: "convoai.signed-in", value: "before" }] }],
    } });
    await context.addInitScript(MEASURE);
    const page = await context.newPage();
    const send = await answerCalls(context, page);
    await page.goto(`${address}/c/c`);
    await page.getByRole("article").last().waitFor();
    const loadedAfter = await loadAll(page);
    console.log(`${MESSAGES} messages loaded in ${loadedAfter} ms; ${await page.getByRole("article").count()} of them are drawn.\n`);
    for (const [name, speed] of Object.entries({ briskly: READING_SPEED, "in flight": FLIGHT_SPEED })) {
      rows.push(row(`${MESSAGES} messages scroll ${name}, ${speed} px a second`, await scrollUp(page, speed)));
    }
    await page.evaluate(() => { document.querySelector('[role="region"]').scrollTop = 1e9; });
    await page.waitForTimeout(1000);
    const [figures] = await Promise.all([page.evaluate((seconds) => window.measure(seconds), STREAM_SECONDS), stream(send)]);
    rows.push(row(`${TOKENS_PER_SECOND} tokens a second at their end`, figures));
    const rest = await page.evaluate(() => { const one = document.querySelector('[role="region"]'); return one.scrollHeight - one.clientHeight - one.scrollTop; });
    if (rest > 60) throw new Error(`The view did not stay at the end: ${rest} px are below it.`);
  } finally {
    await browser.close();
    server.close();
  }
  console.log(["| | frames a second | p50 | p95 | p99 | tasks over 50 ms | longest |", "|---|---|---|---|---|---|---|", ...rows].join("\n"));
}

await main();
