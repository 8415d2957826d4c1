import type { TrustedPublisher } from '@rbee/schema'

/** `acme/echo, workflow publish.yml, environment release` */
export function describePublisher({ repository, workflow, environment }: TrustedPublisher): string {
  return `${repository}, workflow ${workflow}${environment === null ? '' : `, environment ${environment}`}`
}
