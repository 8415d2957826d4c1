/** A command of ours within a hint: after a colon, after "see", or in parentheses. */
const COMMAND = /(?<=: |\bsee |\()(rbee(?:-hive|-publish|-catalog)?)(?= [a-z-])/g

/**
 * Writes the commands in hints as this user has to type them. In a clone the programs are scripts of a package manager
 * and not on the PATH; installed they are, and hints stay as they are.
 */
export function hintsFor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const script = /^rbee(-hive|-publish|-catalog)?$/.test(env.npm_lifecycle_event ?? '')
  if (!script) return (text) => text
  const how = scriptCall(env)
  return (text) => text.replace(COMMAND, how)
}

/** With `$1` for the script's name. */
function scriptCall({
  npm_config_user_agent: agent = '',
  npm_execpath: program = '',
}: Readonly<Record<string, string | undefined>>): string {
  if (agent.startsWith('npm/')) return 'npm run -s $1 --'
  // Fetched for this one call, it is not on the PATH itself.
  return program.includes('_npx') ? 'npx -y pnpm@12 -s $1' : 'pnpm -s $1'
}
