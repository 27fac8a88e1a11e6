import importPlugin from "eslint-plugin-import";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

// Who may import whom: core knows no cloud, no cloud knows another, the library knows no stack.
const CLOUDS = ["aws"];
const zones = [
  { target: "./lib/core", from: "./lib", except: ["./core"], message: "core knows no cloud" },
  ...CLOUDS.map((cloud) => ({
    target: `./lib/${cloud}`,
    from: "./lib",
    except: [`./${cloud}`, "./core"],
    message: `${cloud} may import core and itself`,
  })),
  { target: "./lib", from: "./stacks", message: "constructs do not know the stacks that use them" },
];

// A provider's index loads every resource it has: seconds. Deep imports only.
const providerIndexes = CLOUDS.map((cloud) => ({
  name: `@cdktf/provider-${cloud}`,
  message: `import @cdktf/provider-${cloud}/lib/<resource>: the index takes seconds to load`,
}));

export default tseslint.config(
  { ignores: ["dist/", "dist-jsii/", "cdktf.out/", "coverage/", "node_modules/", "*.js", "**/*.mjs"] },
  ...tseslint.configs.recommended,
  {
    plugins: { import: importPlugin },
    settings: { "import/resolver": { typescript: { project: "./tsconfig.json" } } },
    rules: {
      "import/no-restricted-paths": ["error", { zones }],
      "no-restricted-imports": ["error", { paths: providerIndexes }],
      "import/no-cycle": "error",
      "import/order": ["error", { alphabetize: { order: "asc" }, "newlines-between": "never" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/explicit-member-accessibility": "off",
      "max-lines": ["error", { max: 330, skipComments: true }],
    },
  },
  {
    files: ["lib/**/*.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ThrowStatement > NewExpression[callee.name='Error']", message: "messages live in core/errors.ts" },
        {
          selector: "ThrowStatement > NewExpression[callee.name='SpecError']",
          message: "messages live in core/errors.ts",
        },
      ],
    },
  },
  {
    files: ["examples/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: providerIndexes,
          patterns: [{ group: [".*"], message: "examples import the package by its published name" }],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    plugins: { jest },
    languageOptions: { globals: jest.environments.globals.globals },
    rules: {
      ...jest.configs["flat/recommended"].rules,
      "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*"] }],
      "jest/require-to-throw-message": "error",
    },
  },
);
