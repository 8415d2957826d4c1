import type { Probe } from '../probe.ts'

/**
 * Runs a script in Windows PowerShell and returns what it prints; null when it fails.
 * Programs are started by their full path, because Windows looks into the current folder first.
 */
export async function askPowerShell(probe: Probe, script: string): Promise<string | null> {
  const program = `${windowsFolder(probe)}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`
  const answer = await probe.run(program, ['-NoProfile', '-NonInteractive', '-Command', script])
  return answer?.code === 0 ? answer.stdout : null
}

/** Where Windows lies. */
export function windowsFolder(probe: Probe): string {
  return probe.env.SystemRoot ?? 'C:\\Windows'
}
