/** Reads server-sent events from the body of a response: what each of them says, wherever the network cuts it. */

const LINE_END = /\r\n|\n|\r(?!$)/; // a CR at the end may be half of a CRLF

/** The data of each event. An event that the end of the stream cuts short is left out, as browsers do. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done }) + (done ? "\n" : "")).split(LINE_END);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
        else if (line === "" && data.length > 0) {
          yield data.join("\n");
          data = [];
        }
      }
      if (done) return;
    }
  } finally {
    // Whoever has read enough, or was told of a failure, leaves the rest to nobody.
    reader.cancel().catch(() => undefined);
  }
}
