"""Reads questionnaires written for SurveyJS and scored as the Canadian Algorithmic Impact Assessment is."""
