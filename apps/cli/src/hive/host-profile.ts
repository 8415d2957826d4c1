import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { detectHost } from '@rbee/detection'
import { nodeProbe } from '@rbee/detection/node'
import { describeIssues, type HostProfile, hostProfileSchema, RbeeError } from '@rbee/schema'

/** A profile of 64 GPUs has about 40 KiB. */
const MAX_PROFILE_BYTES = 2 ** 20

export interface HostProfileRequest {
  /** The file of `--host-profile`; without it this machine is asked. */
  readonly file?: string | undefined
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where workers are installed: the disk whose free space counts. Null where nobody knows. */
  readonly home: string | null
}

/**
 * The host that is planned for: this machine, or the one that a file describes.
 *
 * @throws RbeeError `file_not_found` or `setting_invalid`, both naming `--host-profile`.
 */
export async function loadHostProfile({ file, cwd, env, home }: HostProfileRequest): Promise<HostProfile> {
  return file === undefined ? detectHost(nodeProbe(env), home) : readHostProfile(resolve(cwd, file))
}

async function readHostProfile(path: string): Promise<HostProfile> {
  const profile = hostProfileSchema.safeParse(parseJson(await readText(path), path))
  if (profile.success) return profile.data
  throw invalid(`${path} is not a host profile: ${describeIssues(profile.error)}`)
}

async function readText(path: string): Promise<string> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(MAX_PROFILE_BYTES + 1),
      0,
      MAX_PROFILE_BYTES + 1,
    )
    if (bytesRead > MAX_PROFILE_BYTES) throw invalid(`${path} is larger than a host profile can be`)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    if (error instanceof RbeeError || !(error instanceof Error && 'code' in error)) throw error
    throw new RbeeError('file_not_found', `--host-profile: ${path} cannot be read (${error.code})`, {
      next: 'make one with: rbee-hive detect --json > FILE',
      cause: error,
    })
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(`${path} is not JSON: ${error.message}`)
    throw error
  }
}

function invalid(problem: string): RbeeError {
  return new RbeeError('setting_invalid', `--host-profile: ${problem}`, {
    next: 'make one with: rbee-hive detect --json > FILE',
  })
}
