"""Where to go on a portal: one policy, used live by the spider and replayed over captures by the pipeline."""
