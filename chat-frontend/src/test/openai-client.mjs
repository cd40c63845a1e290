/** Asks chat-service with OpenAI's own client for JavaScript, and prints what it got (tests/test_97_openai_api.py). */
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.CHAT_V1, apiKey: process.env.CHAT_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "[[say]]Hello from afar" }];

const models = [];
for await (const { id } of await client.models.list()) models.push(id);

const whole = await client.chat.completions.create({ model: "gpt-4", messages });

let streamed = "";
let usage = null;
const stream = await client.chat.completions.create({ model: "gpt-4", messages, stream: true, stream_options: { include_usage: true } });
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta.content ?? "";
  usage = chunk.usage ?? usage;
}

const refusal = await client.chat.completions.create({ model: "nobody-s", messages }).catch((error) => error);

process.stdout.write(
  JSON.stringify({
    models,
    whole: whole.choices[0].message.content,
    tokens: whole.usage.total_tokens,
    streamed,
    streamedTokens: usage?.total_tokens,
    refusal: { name: refusal.constructor.name, status: refusal.status, code: refusal.code },
  }),
);
