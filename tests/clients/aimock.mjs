// Starts aimock on a free port with one answer, and prints its address.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire((process.env.NODE_MODULES ?? import.meta.dirname + '/node_modules') + '/')
const { LLMock } = await import(pathToFileURL(require.resolve('@copilotkit/aimock')))
const mock = new LLMock({ port: 0 })
mock.onMessage('hello', { content: 'Hi there!' })
await mock.start()
console.log(mock.url)
