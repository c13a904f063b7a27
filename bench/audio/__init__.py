"""What turning a file into sound that plays costs, and what each coder does to the sound."""
