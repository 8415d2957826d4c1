import { type ProgramBuild, programBuildSchema, type Version, versionSchema } from '@rbee/schema'

/** `rbee-1.2.0-linux-x86_64.tar.gz`: the file that a build of the programs is kept in. */
export function programArchiveName(version: Version, platform: ProgramBuild['platform']): string {
  return `rbee-${version}-${platform}.tar.gz`
}

/** Reads such a name; null for any other. */
export function readProgramArchiveName(
  name: string,
): { readonly version: Version; readonly platform: ProgramBuild['platform'] } | null {
  const match = /^rbee-(.+)-(any|[a-z]+-[a-z0-9_]+)\.tar\.gz$/.exec(name)
  const version = versionSchema.safeParse(match?.[1])
  const platform = programBuildSchema.shape.platform.safeParse(match?.[2])
  return version.success && platform.success ? { version: version.data, platform: platform.data } : null
}
