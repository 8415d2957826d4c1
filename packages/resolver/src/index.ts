export type { FailedSelfTest } from './candidate.ts'
export { explainPlan } from './explain-plan.ts'
export { absoluteUrl, type InstallQuestion, planInstall } from './plan-install.ts'
