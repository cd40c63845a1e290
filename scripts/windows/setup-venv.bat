@echo off
call "%~dp0..\run.bat" setup-venv %*
exit /b %errorlevel%
