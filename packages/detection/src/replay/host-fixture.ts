import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** A text in a recording: its lines, or the file beside it that holds it. */
const recordedText = z.union([z.array(z.string()), z.object({ from: z.string().regex(/^[\w.-]+$/) })])
type RecordedText = z.infer<typeof recordedText>

const recordedHost = z.strictObject({
  /** What is special about this host. */
  title: z.string().min(1),
  /** Where the form of the answers is documented. */
  sources: z.array(z.string()).min(1),
  platform: z.string(),
  arch: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  logical_processors: z.number().int().nullable(),
  total_memory: z.number().int().nullable(),
  disk_free: z.number().int().nullable(),
  files: z.record(z.string(), recordedText).default({}),
  /** Device files, and whether the user may open them. */
  access: z.record(z.string(), z.enum(['open', 'denied'])).default({}),
  commands: z
    .array(
      z.strictObject({
        /** The command line; with `…` at its end only the beginning counts. */
        run: z.string(),
        code: z.number().int().nullable().default(0),
        stdout: recordedText.default([]),
        stderr: recordedText.default([]),
      }),
    )
    .default([]),
})

/** A recorded machine: what its tools and files answered, word for word. */
export type HostFixture = Omit<z.infer<typeof recordedHost>, 'files' | 'commands'> & {
  readonly files: Readonly<Record<string, string>>
  readonly commands: readonly { run: string; code: number | null; stdout: string; stderr: string }[]
}

/** Reads `host.json` of a recording and the texts beside it. */
export async function readHostFixture(folder: string): Promise<HostFixture> {
  const host = recordedHost.parse(JSON.parse(await readFile(join(folder, 'host.json'), 'utf8')))
  const textOf = async (text: RecordedText) =>
    Array.isArray(text) ? text.map((line) => `${line}\n`).join('') : readFile(join(folder, text.from), 'utf8')
  const files = await Promise.all(
    Object.entries(host.files).map(async ([path, text]) => [path, await textOf(text)] as const),
  )
  const commands = await Promise.all(
    host.commands.map(async ({ run, code, stdout, stderr }) => {
      return { run, code, stdout: await textOf(stdout), stderr: await textOf(stderr) }
    }),
  )
  return { ...host, files: Object.fromEntries(files), commands }
}
