/** Owns handing a file to the browser, which puts it among the downloads. */

const KEPT_MS = 60_000; // the browser has begun to read it by then

export function saveFile(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
