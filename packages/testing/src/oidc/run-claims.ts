/** What GitHub says of a run in an identity token, and whatever a test wants it to say. */
export type RunClaims = Readonly<Record<string, unknown>>

/** The claims of a push of the tag v1.0.0 to `acme/echo`, but for those that the issuer adds: who, for whom and when. */
export function runClaims(overrides: RunClaims = {}): RunClaims {
  return {
    sub: 'repo:acme/echo:ref:refs/tags/v1.0.0',
    repository: 'acme/echo',
    repository_id: '1001',
    repository_owner: 'acme',
    repository_owner_id: '77',
    job_workflow_ref: 'acme/echo/.github/workflows/publish.yml@refs/tags/v1.0.0',
    workflow_ref: 'acme/echo/.github/workflows/publish.yml@refs/tags/v1.0.0',
    event_name: 'push',
    ref: 'refs/tags/v1.0.0',
    ref_type: 'tag',
    sha: 'c'.repeat(40),
    run_id: '9001',
    run_number: '12',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    actor: 'somebody',
    actor_id: '5',
    ...overrides,
  }
}
