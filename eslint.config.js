// Lint rules: what the compiler cannot see and prettier does not do. A rule that would need exceptions in many
// places is off rather than disabled by comments: comments cannot change the configuration (`noInlineConfig`).
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importFloors } from './scripts/import-floors.ts';

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'coverage/', 'test/**/golden/', '**/__snapshots__/']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Naming a type argument that equals its default can be the clearer text.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // Spreading a string by code points is what is meant.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Users of plain JavaScript pass what the types forbid, and errors must say so.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Numeric loops over typed arrays: the bound is the loop's.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A type parameter used once can be the place where a literal shape is inferred.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { tapeless: { rules: { 'import-floors': importFloors } } },
    rules: { 'tapeless/import-floors': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/node.ts', 'src/node/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // The generated module is text; running that very text is what makes it worth reading.
    files: ['src/runtime/**/*.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-implied-eval': 'off' },
  },
  {
    files: ['examples/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/src/', message: 'examples use the public entries, as a user would' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // expectTypeOf and assertions on thrown methods.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { URL: 'readonly', console: 'readonly', process: 'readonly' } },
  },
);
