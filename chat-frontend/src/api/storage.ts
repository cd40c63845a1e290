/** Owns every access to the browser's storage. Private windows and full disks refuse it; the page then keeps values until it closes. */

const untilClosed = new Map<string, string>();

export function readStored(key: string): string | null {
  try {
    return window.localStorage.getItem(key) ?? untilClosed.get(key) ?? null;
  } catch {
    return untilClosed.get(key) ?? null;
  }
}

export function writeStored(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
    untilClosed.delete(key);
  } catch {
    untilClosed.set(key, value);
  }
}

export function removeStored(key: string): void {
  untilClosed.delete(key);
  try {
    window.localStorage.removeItem(key);
  } catch {
    // Nothing was stored where storage is refused, so nothing is left behind.
    return;
  }
}

/** Read a JSON value and let `parse` decide whether it has the expected shape. */
export function readStoredJson<T>(key: string, parse: (value: unknown) => T | null): T | null {
  const text = readStored(key);
  if (text === null) return null;
  try {
    return parse(JSON.parse(text));
  } catch {
    removeStored(key);
    return null;
  }
}
