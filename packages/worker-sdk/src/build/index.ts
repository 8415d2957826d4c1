export { type ArtifactPlan, type BuiltArtifact, buildArtifact } from './build-artifact.ts'
export { type BuildTarget, readBuildTarget, refuseOtherTargets } from './build-target.ts'
export { type PackageFiles, packageFolder } from './packages.ts'
