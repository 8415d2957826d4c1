import type { CatalogFacts } from '../facts.ts'

/** What lies below it belongs to the community; everything else is official. */
export const COMMUNITY_FOLDER = 'community'
const ID = 'example-worker'
export const EXAMPLE_FOLDER = `${COMMUNITY_FOLDER}/${ID}`

/** A worker to copy: it compiles, builds, proves itself and answers, without a model and without anything to fetch. */
export function exampleWorker({ owner }: Pick<CatalogFacts, 'owner'>): Readonly<Record<string, string>> {
  const files = {
    'worker.toml': manifest(owner?.split('/')[0] ?? null),
    'package.json': PACKAGE,
    'build.mjs': BUILD,
    'main.js': PROGRAM,
    LICENSE,
    'README.md': README,
  }
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${EXAMPLE_FOLDER}/${name}`, text]))
}

const manifest = (maintainer: string | null) => `[worker]
id = "${ID}"
name = "Example Worker"
description = "Says back what it is told; a worker to copy"
license = "MIT"
tags = ["example"]
maintainers = [${maintainer === null ? '' : JSON.stringify(maintainer)}]
implementation = "javascript"

[build]
features = ["cpu"]
system = "npm"
command = ["node", "build.mjs"]

[platforms]
linux = ["x86_64", "aarch64"]
macos = ["aarch64"]

[dependencies]
system = ["node"]

[selftest]
command = ["bin/${ID}", "--self-test"]
timeout_seconds = 20

[run]
command = ["bin/${ID}"]
port_flag = "--port"
health_path = "/health"
`

const PACKAGE = `{
  "name": "${ID}",
  "version": "0.1.0",
  "private": true,
  "license": "MIT",
  "engines": { "node": ">=20" }
}
`

const BUILD = `// Fills the folder RBEE_OUTPUT with what a build holds: the program in bin/, the licence and the README.
import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

const output = process.env.RBEE_OUTPUT ?? 'dist'
const program = join(output, 'bin', '${ID}')
await mkdir(join(output, 'bin'), { recursive: true })
await copyFile('main.js', program)
await chmod(program, 0o755)
await copyFile('LICENSE', join(output, 'LICENSE'))
await copyFile('README.md', join(output, 'README.md'))
`

const PROGRAM = `#!/usr/bin/env node
const { createServer } = require('node:http')

const MAX_BYTES = 64 * 1024

const server = createServer(async (request, response) => {
  if (request.url === '/health') return response.end('ok')
  if (request.method !== 'POST' || request.url !== '/v1/echo') return answer(response, 404, { error: 'not found' })
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BYTES) return answer(response, 413, { error: 'the text is too long' })
    chunks.push(chunk)
  }
  answer(response, 200, { text: Buffer.concat(chunks).toString('utf8') })
})

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Proves that this build works on this machine: it starts, is asked, and has to answer. */
function selfTest() {
  server.listen(0, '127.0.0.1', async () => {
    const { port } = server.address()
    const response = await fetch(\`http://127.0.0.1:\${port}/v1/echo\`, { method: 'POST', body: 'hello' })
    const { text } = await response.json()
    process.exitCode = text === 'hello' ? 0 : 1
    server.close()
  })
}

if (process.argv.includes('--self-test')) selfTest()
else {
  const port = Number(process.argv[process.argv.indexOf('--port') + 1])
  server.listen(Number.isInteger(port) ? port : 8080, '127.0.0.1')
  process.once('SIGTERM', () => server.close())
}
`

const README = `# Example Worker

Copy this folder to begin a worker of your own. \`worker.toml\` describes it, \`build.mjs\` builds it, \`main.js\` is it.

\`\`\`
rbee-publish . --dry-run
\`\`\`

builds it for this machine, checks it and runs its self-test. It answers \`POST /v1/echo\` with the text it was sent.
`

const LICENSE = `MIT License

Copyright (c) the authors of this worker

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
