export type { ArtifactPlan } from './artifact-plan.ts'
export { BuildError } from './build-error.ts'
export { type PackageFiles, packageFolder } from './packages.ts'
export { type BuildHost, type BuildSpec, runBuild } from './run-build.ts'
