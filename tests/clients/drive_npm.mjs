// Drives the npm package `ollama`: prints what it got as JSON.
// Arguments: the folder with node_modules, and the models' names.
import { createRequire } from 'node:module'

const [folder, talker, jsonModel, rambler, caller, embedder] = process.argv.slice(2)
const { Ollama } = createRequire(`${folder}/`)('ollama')
const client = new Ollama({
  host: process.env.OLLAMA_HOST,
  headers: { Authorization: `Bearer ${process.env.OLLAMA_API_KEY}` },
})
const question = { role: 'user', content: 'What will the weather be?' }
const got = {}

got.models = (await client.list()).models.map((model) => model.name)
got.generate = (await client.generate({ model: talker, prompt: 'Well?' })).response
got.chat = (await client.chat({ model: talker, messages: [question] })).message.content
got.stream = []
for await (const part of await client.chat({ model: talker, messages: [question], stream: true })) {
  got.stream.push(part.message.content)
}
got.json = (await client.chat({ model: jsonModel, messages: [question], format: 'json' })).message.content

const talk = []
got.inputTokens = []
for (let i = 0; i < 12; i++) {
  talk.push({ role: 'user', content: `question ${i}: ${'why not '.repeat(10)}` })
  const options = { num_ctx: 512, num_predict: 8, temperature: 0 }
  const answer = await client.chat({ model: rambler, messages: talk, options })
  got.inputTokens.push(answer.prompt_eval_count)
  got.last = answer.message.content
  talk.push(answer.message)
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } }
const tools = [{ type: 'function', function: { name: 'get_weather', description: '', parameters } }]
const [call] = (await client.chat({ model: caller, messages: [question], tools })).message.tool_calls
got.call = [call.function.name, call.function.arguments]
got.embedding = (await client.embed({ model: embedder, input: 'the import of this class' })).embeddings[0]
got.shown = (await client.show({ model: talker })).details.family
await client.copy({ source: talker, destination: 'second' })
await client.delete({ model: 'second' })

const endless = await client.generate({ model: rambler, prompt: 'a', stream: true, options: { num_predict: -1 } })
try {
  for await (const part of endless) {
    got.before = part.response
    endless.abort()
  }
} catch (error) {
  got.aborted = error.name
}
console.log(JSON.stringify(got))
