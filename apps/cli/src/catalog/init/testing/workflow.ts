import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const stepSchema = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).default({}),
  run: z.string().optional(),
})
export type Step = z.infer<typeof stepSchema>

const permissionsSchema = z.record(z.string(), z.enum(['read', 'write', 'none']))

/** The keys of a workflow that are used here, and no others: a typing error is none of them. */
export const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: permissionsSchema,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }).optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      'runs-on': z.string(),
      'timeout-minutes': z.number(),
      needs: z.string().optional(),
      if: z.string().optional(),
      environment: z.string().optional(),
      permissions: permissionsSchema.optional(),
      outputs: z.record(z.string(), z.string()).optional(),
      steps: z.array(stepSchema),
    }),
  ),
})
export type Workflow = z.infer<typeof workflowSchema>

export const readWorkflow = (text: string): Workflow => workflowSchema.parse(parse(text))

export const stepsOf = ({ jobs }: Workflow): readonly Step[] =>
  Object.values(jobs).flatMap(({ steps }) => steps)

/** What a script left behind. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A machine that runs the scripts of workflows as GitHub's do, one step after the other. */
export class Runner {
  readonly temp: string
  readonly #checkout: string
  readonly #environment: Readonly<Record<string, string>>

  private constructor(temp: string, checkout: string, environment: Readonly<Record<string, string>>) {
    this.temp = temp
    this.#checkout = checkout
    this.#environment = environment
  }

  /** @param temp an empty folder. */
  static async create(
    temp: string,
    checkout: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Runner> {
    await mkdir(temp, { recursive: true })
    return new Runner(temp, checkout, environment)
  }

  /** @param values what GitHub fills in, by the expression; one that is missing fails the test. */
  async run(step: Step, values: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const script = join(this.temp, 'step.sh')
    await writeFile(script, step.run ?? '')
    const env = Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [name, filledIn(text, values)]),
    )
    return new Promise((resolve) => {
      const options = {
        cwd: this.#checkout,
        env: {
          PATH: process.env.PATH,
          HOME: this.temp,
          RUNNER_TEMP: this.temp,
          GITHUB_STEP_SUMMARY: join(this.temp, 'summary.md'),
          GITHUB_OUTPUT: join(this.temp, 'output'),
          ...this.#environment,
          ...env,
        },
      }
      const words = ['--noprofile', '--norc', '-e', '-o', 'pipefail', script]
      execFile('bash', words, options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      )
    })
  }

  read(name: string): Promise<string> {
    return readFile(join(this.temp, name), 'utf8')
  }
}

function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const value = values[expression]
    if (value === undefined) throw new Error(`nothing is known of ${expression}`)
    return value
  })
}
