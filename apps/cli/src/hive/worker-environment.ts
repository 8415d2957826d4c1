/** Variables that belong to the user's dealings with the registry, and are nobody else's business. */
const WITHHELD = new Set([
  'RBEE_TOKEN',
  'RBEE_OPERATOR_TOKEN',
  'RBEE_GITHUB_WEBHOOK_SECRET',
  'RBEE_PUBLISH_KEY',
  'RBEE_LICENSE_TOKEN',
  'RBEE_LICENSE_KEY',
  // Only a worker that is sold is told where its lease is, by who starts it.
  'RBEE_LICENSE_LEASE_FILE',
  'RBEE_LICENSE_FINGERPRINT',
  'RBEE_LICENSE_STATE_FILE',
  // With these, whatever runs in a job can prove to be its workflow.
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
])

/** The environment that a worker's programs get: the user's, without secrets and without what package scripts add. */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !WITHHELD.has(name) && !name.startsWith('npm_') && name !== 'INIT_CWD',
    ),
  )
}
