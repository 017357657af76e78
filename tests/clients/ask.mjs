// One npm client, four ways to ask: prints {plain, streamed, pictured, looped}. Arguments: client, address, key, photo.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire((process.env.NODE_MODULES ?? import.meta.dirname + '/node_modules') + '/')
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const [client, address, apiKey, photo] = process.argv.slice(2)
const MODEL = 'kimi-k2-6'
const SUM = 'What is 6 * 7?'
const WEATHER = 'What is the weather in Paris?'
const LOOK = 'Describe this picture.'
const weather = ({ city }) => JSON.stringify({ city, degrees: 31 })
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const image = readFileSync(photo).toString('base64')

async function openai() {
  const { default: OpenAI } = await load('openai')
  const api = new OpenAI({ baseURL: address, apiKey })
  const ask = async (content) =>
    (await api.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content }] })).choices[0].message.content
  let streamed = ''
  const stream = await api.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: SUM }], stream: true })
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta?.content ?? ''
  const runner = api.chat.completions.runTools({
    model: MODEL,
    messages: [{ role: 'user', content: WEATHER }],
    tools: [{ type: 'function', function: { name: 'get_weather', parameters: schema, parse: JSON.parse, function: weather } }],
  })
  return {
    plain: await ask(SUM),
    streamed,
    pictured: await ask([{ type: 'text', text: LOOK }, { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${image}` } }]),
    looped: await runner.finalContent(),
  }
}

async function anthropic() {
  const { default: Anthropic } = await load('@anthropic-ai/sdk')
  const api = new Anthropic({ baseURL: address.replace(/\/v1$/, ''), apiKey })
  const text = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('')
  const create = (messages, more) => api.messages.create({ model: MODEL, max_tokens: 4096, messages, ...more })
  const streamed = await api.messages.stream({ model: MODEL, max_tokens: 4096, messages: [{ role: 'user', content: SUM }] }).finalText()
  const source = { type: 'base64', media_type: 'image/jpeg', data: image }
  const tools = [{ name: 'get_weather', input_schema: schema }]
  const said = [{ role: 'user', content: WEATHER }]
  let reply = await create(said, { tools })
  while (reply.stop_reason === 'tool_use') {
    const calls = reply.content.filter((block) => block.type === 'tool_use')
    said.push({ role: 'assistant', content: calls }) // the thinking is left out, as most programs do
    said.push({ role: 'user', content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: weather(call.input) })) })
    reply = await create(said, { tools })
  }
  return {
    plain: text(await create([{ role: 'user', content: SUM }])),
    streamed,
    pictured: text(await create([{ role: 'user', content: [{ type: 'text', text: LOOK }, { type: 'image', source }] }])),
    looped: text(reply),
  }
}

async function vercel(model) {
  const { generateText, jsonSchema, stepCountIs, streamText, tool } = await load('ai')
  let streamed = ''
  for await (const piece of streamText({ model, prompt: SUM }).textStream) streamed += piece
  const content = [{ type: 'text', text: LOOK }, { type: 'image', image: Buffer.from(image, 'base64'), mediaType: 'image/jpeg' }]
  const tools = { get_weather: tool({ inputSchema: jsonSchema(schema), execute: async (given) => weather(given) }) }
  return {
    plain: (await generateText({ model, prompt: SUM })).text,
    streamed,
    pictured: (await generateText({ model, messages: [{ role: 'user', content }] })).text,
    looped: (await generateText({ model, prompt: WEATHER, tools, stopWhen: stepCountIs(5) })).text,
  }
}

const CLIENTS = {
  openai,
  '@anthropic-ai/sdk': anthropic,
  '@ai-sdk/openai-compatible': async () => {
    const { createOpenAICompatible } = await load('@ai-sdk/openai-compatible')
    return vercel(createOpenAICompatible({ name: 'kimi', baseURL: address, apiKey })(MODEL))
  },
  '@ai-sdk/anthropic': async () => {
    const { createAnthropic } = await load('@ai-sdk/anthropic')
    return vercel(createAnthropic({ baseURL: address, apiKey })(MODEL))
  },
  '@ai-sdk/openai': async () => {
    const { createOpenAI } = await load('@ai-sdk/openai')
    return vercel(createOpenAI({ baseURL: address, apiKey })(MODEL)) // the responses endpoint
  },
}

console.log(JSON.stringify(await CLIENTS[client]()))
