"""Templates of jobs that check a migration folder on every push. The stores are never asked there."""

from __future__ import annotations

from enum import StrEnum


class CiSystem(StrEnum):
    """The CI systems for which a job can be written."""

    GITHUB = "github"
    GITLAB = "gitlab"


CI_FILES = {CiSystem.GITHUB: ".github/workflows/groupmigrate.yml", CiSystem.GITLAB: ".gitlab-ci.yml"}
"""Where each system looks for its jobs, from the top of the repository."""


def ci_template(system: CiSystem) -> str:
    """The job's file."""
    return {CiSystem.GITHUB: GITHUB, CiSystem.GITLAB: GITLAB}[system]


GITHUB = """\
# Checks the mappings and connectors on every push, without asking a store: no secret is needed here.
# What is wrong stands beside the line in a pull request, and all of it on the page of the job.
#
# Set the repository variable GROUPMIGRATE (Settings > Secrets and variables > Actions > Variables) to what
# pip installs: the address of your copy, as git+https://git.example.com/tools/groupmigrate@v1, or a wheel.
name: groupmigrate
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    env:
      GROUPMIGRATE: ${{ vars.GROUPMIGRATE }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: pip install --quiet "${GROUPMIGRATE:?set the repository variable GROUPMIGRATE}"
      - run: groupmigrate validate --format github
"""

GITLAB = """\
# Checks the mappings and connectors on every push, without asking a store: no secret is needed here.
# What is wrong stands in the merge request, as code quality.
#
# Set the CI/CD variable GROUPMIGRATE (Settings > CI/CD > Variables) to what pip installs: the address of your
# copy, as git+https://git.example.com/tools/groupmigrate@v1, or a wheel.
groupmigrate:
  image: python:3.13
  script:
    - pip install --quiet "${GROUPMIGRATE:?set the CI/CD variable GROUPMIGRATE}"
    - groupmigrate validate --format gitlab > gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""
