import type { QuickstartOptions } from './options.ts'

/** What a quickstart has started. */
export interface Started {
  readonly catalog: string
  readonly ocr: string
  /** Null when no model was given. */
  readonly llm: string | null
}

const HIVE = 'npx -y pnpm@12 -s rbee-hive'
const AUTHORS = '  describe a worker of your own: docs/authors.md'

/** The addresses of what runs, and commands that work as they are printed. */
export function nextSteps(started: Started): string {
  const { catalog, ocr, llm } = started
  const moved = catalog === 'http://127.0.0.1:8787' ? '' : ` --registry ${catalog}`
  const question = '{"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 64}'
  return [
    'Addresses',
    ...addresses(started),
    '',
    'Next, in another terminal, in this folder',
    `  curl ${catalog}/v1/workers`,
    `  curl --data-binary @workers/ocr-worker/samples/receipt.png -H 'content-type: image/png' ${ocr}/v1/ocr`,
    llm === null
      ? `  ${HIVE} run llm-worker --model FILE.gguf`
      : `  curl ${llm}/v1/chat/completions -H 'content-type: application/json' -d '${question}'`,
    `  ${HIVE} info llm-worker${moved}`,
    `  ${HIVE} status`,
    AUTHORS,
  ].join('\n')
}

/** The same once everything has ended: commands that start it again. */
export function nextStepsAfterTheEnd(started: Started, { port, dataDir }: QuickstartOptions): string {
  return [
    'Addresses, as long as it ran',
    ...addresses(started),
    '',
    'Next, in this folder',
    `  npx -y pnpm@12 start --port ${port} --data-dir ${quoted(dataDir)}`,
    `  ${HIVE} list`,
    `  ${HIVE} run ocr-worker`,
    `  ${HIVE} run llm-worker --model FILE.gguf`,
    AUTHORS,
  ].join('\n')
}

function addresses({ catalog, ocr, llm }: Started): string[] {
  return [
    `  catalog     ${catalog}`,
    `  its API     ${catalog}/docs/api`,
    `  ocr-worker  ${ocr}`,
    ...(llm === null ? [] : [`  llm-worker  ${llm}`]),
  ]
}

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
