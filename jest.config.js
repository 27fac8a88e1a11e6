// One project per layer, fast ones first: `npm test` runs them in this order, `npm run test:unit` only the first.
const layer = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch: testMatch.map((glob) => `<rootDir>/test/${glob}`),
  transform: { "\\.ts$": "@swc/jest" },
  moduleNameMapper: {
    "^cdktf-pytorch-vision$": "<rootDir>/lib",
    "^cdktf-pytorch-vision/(.*)$": "<rootDir>/lib/$1",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out"],
  setupFilesAfterEnv: ["<rootDir>/test/setup.ts"],
  ...more,
});

module.exports = {
  testTimeout: 30_000,
  projects: [
    layer("unit", ["core/**/*.test.ts", "aws/**/*.test.ts", "workload/**/*.test.ts", "*.test.ts"]),
    layer("package", ["package/**/*.test.ts"]),
    layer("policy", ["policy/**/*.test.ts"]),
    layer("terraform", ["terraform/**/*.test.ts"]),
    layer("emulated", ["emulated/**/*.test.ts"]),
  ],
};
