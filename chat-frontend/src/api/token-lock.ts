/** Lets one tab at a time get or give up tokens. */
import { readStored, removeStored, writeStored } from "./storage";

const NAME = "convoai.tokens";
/** Longer than a renewal takes. After it the work is done anyway: the service bears two renewals at once for 10 s. */
export const LOCK_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 50;
const SETTLE_MS = 20;

type Work<Result> = () => Promise<Result>;

export async function withTokenLock<Result>(work: Work<Result>): Promise<Result> {
  // Browsers have locks only on pages from https or from the same machine.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? withLease(work) : withBrowserLock(locks, work);
}

async function withBrowserLock<Result>(locks: LockManager, work: Work<Result>): Promise<Result> {
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return work();
  };
  try {
    return await locks.request(NAME, { signal: AbortSignal.timeout(LOCK_LIMIT_MS) }, begin);
  } catch (error) {
    if (hasBegun) throw error;
    return work();
  }
}

/** The same through storage: who writes last into a free place, has it. */
async function withLease<Result>(work: Work<Result>): Promise<Result> {
  const mine = `${Date.now()}.${Math.random()}`;
  await takeLease(mine, Date.now() + LOCK_LIMIT_MS);
  try {
    return await work();
  } finally {
    if (isHeldBy(mine)) removeStored(NAME);
  }
}

async function takeLease(mine: string, giveUpAt: number): Promise<void> {
  const until = Number(readStored(NAME)?.split(" ")[1] ?? 0);
  if (until <= Date.now()) {
    writeStored(NAME, `${mine} ${Date.now() + LOCK_LIMIT_MS}`);
    await pause(SETTLE_MS);
    if (isHeldBy(mine)) return;
  }
  if (Date.now() >= giveUpAt) return;
  await pause(LOOK_EVERY_MS);
  await takeLease(mine, giveUpAt);
}

const isHeldBy = (holder: string) => readStored(NAME)?.split(" ")[0] === holder;

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
